"""Faces as a practitioner finds them with OpenCV: read, scale, run YuNet, decode.

usage: opencv_faces.py MODEL PHOTO...  prints a line of JSON for each photo:
a list of [x, y, width, height, score, kept] in pixels of the photo, kept being 1 for
what non-maximum suppression leaves; null where it can't be read.
Debian's OpenCV 4.6 knows only the older head in FaceDetectorYN, so cv2.dnn runs the network.
"""
import json, math, sys
import cv2, numpy as np

net = cv2.dnn.readNetFromONNX(sys.argv[1])
names = [f"{k}_{s}" for k in ("cls", "obj", "bbox") for s in (8, 16, 32)]
for path in sys.argv[2:]:
    img = cv2.imread(path)
    if img is None:
        print("null", flush=True)
        continue
    h, w = img.shape[:2]
    k = 640 / max(h, w)
    small = cv2.resize(img, (round(w * k), round(h * k)), interpolation=cv2.INTER_AREA if k < 1 else cv2.INTER_LINEAR)
    pad = np.zeros((640, 640, 3), np.uint8)
    pad[: small.shape[0], : small.shape[1]] = small
    net.setInput(cv2.dnn.blobFromImage(pad))
    out = dict(zip(names, net.forward(names)))
    boxes, scores = [], []
    for s in (8, 16, 32):
        n = 640 // s
        cls, obj, b = out[f"cls_{s}"].reshape(-1), out[f"obj_{s}"].reshape(-1), out[f"bbox_{s}"].reshape(-1, 4)
        score = np.sqrt(np.clip(cls, 0, 1) * np.clip(obj, 0, 1))
        for i in np.nonzero(score > 0.4)[0]:
            cx, cy = (i % n + b[i, 0]) * s, (i // n + b[i, 1]) * s
            bw, bh = math.exp(b[i, 2]) * s, math.exp(b[i, 3]) * s
            boxes.append([(cx - bw / 2) / k, (cy - bh / 2) / k, bw / k, bh / k])
            scores.append(float(score[i]))
    keep = np.array(cv2.dnn.NMSBoxes(boxes, scores, 0.4, 0.3)).reshape(-1) if boxes else []
    keep = set(int(i) for i in keep)
    print(json.dumps([b + [scores[i], int(i in keep)] for i, b in enumerate(boxes)]), flush=True)
